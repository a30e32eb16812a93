import { describe, expect, it } from '@jest/globals';
import {
  KafkaContext,
  MqttContext,
  MqttRecordBuilder,
  NatsContext,
  NatsRecordBuilder,
  RedisContext,
  RmqContext,
  RmqRecordBuilder,
  TcpContext,
} from '@nestjs/microservices';
import { headers as natsHeaders } from '@nats-io/transport-node';
import { authorizationsOf } from '../../../../src/core/calls/message-metadata.js';

/** A member that must not count where the transport has metadata. */
const PAYLOAD = { authorization: 'Bearer of the payload' };

const AUTHORIZATION = 'Bearer x';

function nats(...values: readonly (readonly [string, string])[]): NatsContext {
  const headers = natsHeaders();
  for (const [name, value] of values) headers.append(name, value);
  const record = new NatsRecordBuilder({}).setHeaders(headers).build();
  return new NatsContext(['subject', record.headers]);
}

function rmq(headers: Record<string, string> | undefined): RmqContext {
  const { options } = new RmqRecordBuilder({}).setOptions({ ...(headers && { headers }) }).build();
  return new RmqContext([{ properties: options ?? {} }, {}, 'pattern']);
}

function kafka(headers: Record<string, unknown>): KafkaContext {
  const nothing = undefined as never;
  return new KafkaContext([
    { headers, value: PAYLOAD } as never,
    ...([0, 'topic', nothing, nothing, nothing] as const),
  ]);
}

function mqtt(userProperties?: Record<string, string | string[]>): MqttContext {
  const properties = { ...(userProperties && { userProperties }) };
  const { options } = new MqttRecordBuilder({}).setProperties(properties).build();
  return new MqttContext(['topic', { properties: options?.properties }]);
}

describe('The authorization of a message', () => {
  it.each([
    ['NATS', nats(['authorization', AUTHORIZATION])],
    ['NATS, in another case', nats(['Authorization', AUTHORIZATION])],
    ['RabbitMQ', rmq({ Authorization: AUTHORIZATION })],
    ['Kafka', kafka({ authorization: AUTHORIZATION })],
    ['MQTT 5', mqtt({ authorization: AUTHORIZATION })],
    ['Redis with metadata', new RedisContext(['channel', { authorization: AUTHORIZATION }])],
  ])('is in the metadata of %s', (_transport, context) => {
    expect(authorizationsOf({}, context)).toEqual([AUTHORIZATION]);
  });

  it.each([
    ['NATS', nats()],
    ['NATS without headers', new NatsContext(['subject', undefined])],
    ['RabbitMQ', rmq({})],
    ['RabbitMQ without headers', rmq(undefined)],
    ['Kafka', kafka({ other: 'x' })],
    ['MQTT 5', mqtt({})],
    ['MQTT 5 without user properties', mqtt()],
    ['MQTT 3', new MqttContext(['topic', {}])],
  ])('is absent without it, and %s’s payload is not searched', (_transport, context) => {
    expect(authorizationsOf(PAYLOAD, context)).toEqual([]);
  });

  it.each([
    ['TCP', new TcpContext([undefined as never, 'pattern', undefined] as never)],
    ['Redis', new RedisContext(['channel', undefined] as never)],
    ['a transport that is not known', {}],
    ['one whose context the sender wrote', { getMap: 1, get: 1, getHeaders: 'x', getMessage: {} }],
    ['one whose context has further names', { getPacket: [], getMetadata: 'x', keys: 1 }],
  ])('is in the payload of %s', (_transport, context) => {
    expect(authorizationsOf(PAYLOAD, context)).toEqual([PAYLOAD.authorization]);
    expect(authorizationsOf({ Authorization: 'Bearer x' }, context)).toEqual([]);
    expect(authorizationsOf('text', context)).toEqual([]);
    expect(authorizationsOf(null, context)).toEqual([]);
    expect(authorizationsOf(Object.create(PAYLOAD), context)).toEqual([]);
  });

  it('counts as often as it is there', () => {
    const twice = ['Bearer x', 'Bearer y'];
    const contexts = [
      nats(['authorization', 'Bearer x'], ['authorization', 'Bearer y']),
      nats(['authorization', 'Bearer x'], ['Authorization', 'Bearer y']),
      rmq({ authorization: 'Bearer x', AUTHORIZATION: 'Bearer y' }),
      mqtt({ authorization: twice }),
    ];
    for (const context of contexts) expect(authorizationsOf({}, context)).toEqual(twice);
    const context = new RedisContext(['channel', { authorization: 'Bearer x' }]);
    expect(authorizationsOf({ authorization: 'Bearer y' }, context)).toEqual(twice);
  });
});
