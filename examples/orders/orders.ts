/** The orders themselves: kept in memory, because this is about their audit. */
export interface Order {
  readonly id: string;
  readonly customer: string;
  readonly items: readonly { readonly sku: string; readonly count: number }[];
  readonly status: 'placed' | 'cancelled' | 'shipped';
}

export interface Orders {
  find(id: string): Order | undefined;
  save(order: Order): Order;
  newId(): string;
}

export function makeOrders(): Orders {
  const orders = new Map<string, Order>();
  return {
    find: (id) => orders.get(id),
    save(order) {
      orders.set(order.id, order);
      return order;
    },
    newId: () => String(1_000 + orders.size + 1),
  };
}
