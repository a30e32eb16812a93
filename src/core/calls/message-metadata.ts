/** Every form in which the transports of \@nestjs/microservices hand over what came beside a payload. */
interface MessageContext {
  /** gRPC's `Metadata`, whose names are all lower case. */
  getMap?(): unknown;
  get?(name: string): readonly unknown[];
  /** NATS. */
  getHeaders?(): NatsHeaders | undefined;
  /** Kafka, and RabbitMQ. */
  getMessage?(): { readonly headers?: object; readonly properties?: { readonly headers?: object } };
  /** MQTT; user properties since version 5. */
  getPacket?(): { readonly properties?: { readonly userProperties?: object } } | undefined;
  /** TCP and Redis, from Nest 12 on. */
  getMetadata?(): object | undefined;
}

interface NatsHeaders {
  keys(): readonly string[];
  values(name: string): readonly unknown[];
}

/**
 * Every `authorization` that came with a message, in its transport's metadata. TCP, Redis and transports
 * that are not known may have none, so there a member of the payload counts as well.
 *
 * Looked up by form, not by class: the package of the classes need not be loaded for it.
 */
export function authorizationsOf(data: unknown, handed: unknown): readonly unknown[] {
  const context = (handed ?? {}) as MessageContext;
  if (isMethod(context.getMap) && isMethod(context.get)) return context.get('authorization');
  if (isMethod(context.getHeaders)) return natsAuthorizations(context.getHeaders());
  if (isMethod(context.getMessage)) {
    const { headers, properties } = context.getMessage();
    return membersOf(headers ?? properties?.headers);
  }
  if (isMethod(context.getPacket))
    return membersOf(context.getPacket()?.properties?.userProperties);
  const metadata = isMethod(context.getMetadata) ? context.getMetadata() : undefined;
  return [...membersOf(metadata), ...payloadAuthorizations(data)];
}

/** A context of a custom transport may be made of what came, and no sender can write a method. */
function isMethod<Method>(member: Method | undefined): member is Method {
  return typeof member === 'function';
}

function natsAuthorizations(headers: NatsHeaders | undefined): readonly unknown[] {
  const names = headers?.keys().filter(isAuthorization) ?? [];
  return names.flatMap((name) => headers?.values(name) ?? []);
}

function membersOf(metadata: object | undefined): readonly unknown[] {
  const given = Object.entries(metadata ?? {}).filter(([name]) => isAuthorization(name));
  return given.flatMap(([, authorization]: [string, unknown]) => authorization ?? []);
}

/** Of this very name: a payload is no list of headers, and may be large. */
function payloadAuthorizations(data: unknown): readonly unknown[] {
  if (typeof data !== 'object' || data === null || !Object.hasOwn(data, 'authorization')) return [];
  return [(data as { authorization: unknown }).authorization ?? []].flat();
}

function isAuthorization(name: string): boolean {
  return name.toLowerCase() === 'authorization';
}
