/** Whose notice a text for people tells of: messages and mails say it in lines of their own, and nowhere else. */

export function noticeIn(text: string): { readonly id: string; readonly tenantId?: string } {
  const [, tenantId] = /^Tenant: (\S+)$/m.exec(text) ?? [];
  const [, alertId = ''] = /^Alert: (\S+)$/m.exec(text) ?? [];
  return { id: alertId, ...(tenantId !== undefined && { tenantId }) };
}
