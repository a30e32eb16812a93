/** A gateway on socket.io: connections and messages are checked, and a token that expires ends its socket. */
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  type OnGatewayConnection,
  MessageBody,
  SubscribeMessage,
  WebSocketGateway,
  WebSocketServer,
} from '@nestjs/websockets';
import { AuthModule, CurrentIdentity, type Identity, RequireScopes } from 'nestjs-trusted-issuers';
import { AuthenticatedGateway, identityOf } from 'nestjs-trusted-issuers/websockets';
import type { Server } from 'socket.io';

@AuthenticatedGateway()
@WebSocketGateway()
export class ChatGateway implements OnGatewayConnection {
  @WebSocketServer()
  private readonly server!: Server;

  /** Called for admitted sockets alone. */
  handleConnection(client: object): void {
    this.server.emit('here', identityOf(client)?.subject);
  }

  @RequireScopes('chat:write')
  @SubscribeMessage('say')
  say(@MessageBody() text: string, @CurrentIdentity() { subject }: Identity) {
    return { event: 'said', data: `${subject}: ${text}` };
  }
}

@Module({
  imports: [
    AuthModule.forRoot({
      audience: process.env['AUDIENCE'] ?? 'https://api.example.com',
      issuers: [process.env['ISSUER'] ?? 'http://127.0.0.1:4455'],
    }),
  ],
  providers: [ChatGateway],
})
export class AppModule {}

async function start() {
  const app = await NestFactory.create(AppModule);
  return app.listen(process.env['PORT'] ?? 3000, '127.0.0.1').then(() => app);
}

export const running = start();
