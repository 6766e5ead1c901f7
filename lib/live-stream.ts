/** The WebSocket API: its routes, each to its Lambda, and its stage. */
import { Stack } from 'aws-cdk-lib';
import { WebSocketApi, WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
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
      throttle: { rateLimit: 5_000, burstLimit: 2_500 },
    });
  }

  /** Lets the function speak to connections, and end them. */
  grantSpeak(fn: IFunction): void {
    this.stage.grantManagementApiAccess(fn);
  }

  /** Where `@connections` is called. */
  get managementEndpoint(): string {
    const { region, urlSuffix } = Stack.of(this);
    return `https://${this.api.apiId}.execute-api.${region}.${urlSuffix}/${STAGE}`;
  }
}

const STAGE = 'live';
