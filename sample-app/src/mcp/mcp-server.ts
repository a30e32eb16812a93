import { Controller, type INestApplication, Module, type Type, UseGuards } from '@nestjs/common';
import { McpHttpControllerFor, McpStrategy, StreamableHttpTransport } from '@rekog/mcp-nest';
import { JwtAuthGuard } from 'nestjs-trusted-issuers';
import { NotesTools } from './notes.tools.js';

/** An MCP server at `/mcp`, for the tokens that the API takes. */
export class McpServer {
  private readonly transport = new StreamableHttpTransport();
  private readonly strategy = new McpStrategy({
    name: 'notes',
    version: '1.0.0',
    transports: [this.transport],
    logging: false,
  });

  module(): Type {
    @UseGuards(JwtAuthGuard)
    @Controller('mcp')
    class McpEndpoint extends McpHttpControllerFor(this.transport) {}

    @Module({ controllers: [McpEndpoint, NotesTools] })
    class McpModule {}
    return McpModule;
  }

  /** Before the application listens: its routes are made then. */
  async serveIn(app: INestApplication): Promise<void> {
    this.strategy.setHttpAdapter(app.getHttpAdapter());
    app.connectMicroservice({ strategy: this.strategy });
    await app.startAllMicroservices();
  }
}
