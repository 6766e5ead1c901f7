/** The WebSocket API: its routes, each to its Lambda, and its stage. */
import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { AccessLogFormat, CfnAccount } from 'aws-cdk-lib/aws-apigateway';
import { LogGroupLogDestination, WebSocketApi, WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

/** Which messages go to which Lambda. */
const ROUTES = {
  subscribe: ['hello', 'ping', 'subscribe', 'unsubscribe', 'refresh'],
  pull: ['pull', 'fetch'],
  operate: ['act'],
} as const;

export interface LiveStreamProps {
  readonly connect: IFunction;
  readonly disconnect: IFunction;
  /** Also takes what is no known message, and says so. */
  readonly subscribe: IFunction;
  readonly pull: IFunction;
  readonly operate: IFunction;
  readonly logRetentionDays: number;
  /** The account lets API Gateway write logs already; else this stack sees to it, for the whole account and region. */
  readonly logRoleExists: boolean;
  /** The emulator of the rehearsal refuses route responses in a template, and answers without them. */
  readonly withRouteResponses: boolean;
}

export class LiveStream extends Construct {
  readonly api: WebSocketApi;
  readonly stage: WebSocketStage;

  constructor(scope: Construct, id: string, props: LiveStreamProps) {
    super(scope, id);
    const integration = (name: string, fn: IFunction) => new WebSocketLambdaIntegration(name, fn);
    const subscribe = integration('Subscribe', props.subscribe);
    this.api = new WebSocketApi(this, 'Api', {
      description: 'Audit Stream: live events',
      routeSelectionExpression: '$request.body.type',
      connectRouteOptions: { integration: integration('Connect', props.connect) },
      disconnectRouteOptions: { integration: integration('Disconnect', props.disconnect) },
      defaultRouteOptions: { integration: subscribe, returnResponse: props.withRouteResponses },
    });
    const integrations = {
      subscribe,
      pull: integration('Pull', props.pull),
      operate: integration('Operate', props.operate),
    };
    for (const [name, types] of Object.entries(ROUTES))
      for (const type of types)
        this.api.addRoute(type, {
          integration: integrations[name as keyof typeof ROUTES],
          returnResponse: props.withRouteResponses,
        });
    this.stage = new WebSocketStage(this, 'Stage', {
      webSocketApi: this.api,
      stageName: STAGE,
      autoDeploy: true,
      throttle: { rateLimit: MESSAGES_PER_SECOND, burstLimit: MESSAGES_PER_SECOND / 2 },
      accessLogSettings: {
        destination: new LogGroupLogDestination(
          new LogGroup(this, 'AccessLog', {
            retention: props.logRetentionDays,
            removalPolicy: RemovalPolicy.DESTROY,
          }),
        ),
        format: AccessLogFormat.custom(ACCESS_LOG),
      },
    });
    if (!props.logRoleExists) this.#allowLogs();
    Validations.of(this.api).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason:
        'The Lambda of $connect checks the token itself, one hop fewer than an authorizer; no other route is reached without a connection.',
    });
  }

  /** WebSocket stages write logs only where the account has a role for it: a setting of account and region, which stays.
   * https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html */
  #allowLogs(): void {
    const role = new Role(this, 'LogRole', {
      assumedBy: new ServicePrincipal('apigateway.amazonaws.com'),
      managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName(LOG_POLICY)],
    });
    const account = new CfnAccount(this, 'Account', { cloudWatchRoleArn: role.roleArn });
    role.applyRemovalPolicy(RemovalPolicy.RETAIN);
    account.applyRemovalPolicy(RemovalPolicy.RETAIN);
    this.stage.node.addDependency(account);
    Validations.of(role).acknowledge({
      id: `AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/${LOG_POLICY}]`,
      reason: 'AWS made this policy for exactly this: API Gateway writes its logs.',
    });
  }

  /** Lets the function speak to connections, and end them. */
  grantSpeak(fn: IFunction): void {
    this.stage.grantManagementApiAccess(fn);
    const api = Stack.of(this).resolve(this.api.apiId).Ref;
    const anyConnection = `arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<${api}>/${STAGE}/*/@connections/*`;
    Validations.of(fn.role ?? fn).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${anyConnection}]`,
      reason: 'Connections of this stage come and go: their ids are not known before.',
    });
  }

  /** Where `@connections` is called. */
  get managementEndpoint(): string {
    return this.stage.callbackUrl;
  }
}

const STAGE = 'live';
const LOG_POLICY = 'service-role/AmazonAPIGatewayPushToCloudWatchLogs';
/** From all viewers together; the account's own quota is 10,000.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html */
const MESSAGES_PER_SECOND = 5_000;
/** Never a header or a query: the token travels in `Sec-WebSocket-Protocol`. */
const ACCESS_LOG = JSON.stringify({
  requestId: '$context.requestId',
  requestTime: '$context.requestTime',
  eventType: '$context.eventType',
  routeKey: '$context.routeKey',
  connectionId: '$context.connectionId',
  sourceIp: '$context.identity.sourceIp',
  status: '$context.status',
  integrationStatus: '$context.integrationStatus',
  integrationLatency: '$context.integrationLatency',
  error: '$context.error.message',
});
