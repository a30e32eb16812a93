import { McpController, Tool } from '@rekog/mcp-nest';
import { CurrentIdentity, type Identity, RequireScopes } from 'nestjs-trusted-issuers';

/** What `NotesController` has for browsers and scripts, for models. */
@McpController()
export class NotesTools {
  @Tool({ name: 'whoami', description: 'Says who is calling' })
  whoami(@CurrentIdentity() { id, issuer, scopes }: Identity): object {
    return { id, issuer, scopes };
  }

  @RequireScopes('notes:read')
  @Tool({ name: 'archive', description: 'Shows the archive of the caller’s notes' })
  archive(@CurrentIdentity() { id }: Identity): object {
    return { archiveOf: id };
  }
}
