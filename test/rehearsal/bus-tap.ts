/** A rule of the rehearsal's own that keeps a copy of all that is on the bus, so that nothing there goes unseen. */
import {
  DeleteRuleCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { CreateQueueCommand, DeleteQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { sqsCalls } from '../../src/aws/queue/queue-calls.ts';
import type { Alert } from '../../src/domain/alert/alert.ts';
import type { BusEvent } from '../../src/domain/bus-event.ts';
import type { AuditEvent } from '../../src/domain/event/audit-event.ts';
import { ACCOUNT, CREDENTIALS, type MiniStack, REGION } from './ministack.ts';

const NAME = 'rehearsal-tap';
const HIDDEN_SECONDS = 60;

export interface BusTap {
  /** All since the tap was opened. */
  read(): Promise<readonly (BusEvent & { readonly detail: AuditEvent | Alert })[]>;
  close(): Promise<void>;
}

export async function openBusTap(cloud: MiniStack, busName: string): Promise<BusTap> {
  const config = { endpoint: cloud.url, region: REGION, credentials: CREDENTIALS };
  const bus = new EventBridgeClient(config);
  const sqs = new SQSClient(config);
  const calls = sqsCalls(config);
  const arn = `arn:aws:sqs:${REGION}:${ACCOUNT}:${NAME}`;
  const policy = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: arn,
      },
    ],
  };
  const made = await sqs.send(
    new CreateQueueCommand({ QueueName: NAME, Attributes: { Policy: JSON.stringify(policy) } }),
  );
  const url = made.QueueUrl ?? '';
  const rule = { Name: NAME, EventBusName: busName };
  await bus.send(new PutRuleCommand({ ...rule, EventPattern: JSON.stringify({ account: [ACCOUNT] }) }));
  const target = { Id: 'tap', Arn: arn };
  await bus.send(new PutTargetsCommand({ Rule: NAME, EventBusName: busName, Targets: [target] }));
  const seen: (BusEvent & { readonly detail: AuditEvent | Alert })[] = [];
  return {
    async read() {
      for (;;) {
        const messages = await calls.receive(url, HIDDEN_SECONDS);
        if (messages.length === 0) return [...seen];
        seen.push(...messages.map(({ Body = '' }) => JSON.parse(Body)));
        await calls.remove(
          url,
          messages.map(({ ReceiptHandle = '' }) => ReceiptHandle),
        );
      }
    },
    async close() {
      await bus.send(new RemoveTargetsCommand({ Rule: NAME, EventBusName: busName, Ids: [target.Id] }));
      await bus.send(new DeleteRuleCommand(rule));
      await sqs.send(new DeleteQueueCommand({ QueueUrl: url }));
    },
  };
}
