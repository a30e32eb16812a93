import { type DynamicModule, Injectable, Module } from '@nestjs/common';
import {
  type AccessTokenVerifier,
  AuthModule,
  type AuthModuleConfig,
  type Identity,
  type TrustedIssuers,
} from 'nestjs-trusted-issuers';
import { expectType } from './expect-type.js';

const config: AuthModuleConfig = { audience: 'api', issuers: ['https://login.example.com'] };

@Injectable()
class Settings {
  create(): AuthModuleConfig {
    return config;
  }
}
@Injectable()
class LateSettings {
  create(): Promise<AuthModuleConfig> {
    return Promise.resolve(config);
  }
}
@Injectable()
class OtherSettings {
  settings(): AuthModuleConfig {
    return config;
  }
}
@Module({ providers: [Settings], exports: [Settings] })
class SettingsModule {}

// forRootAsync: a factory, with what it is given; a class, made here or elsewhere.
expectType<DynamicModule>()(AuthModule.forRootAsync({ useFactory: () => config }));
AuthModule.forRootAsync({ useFactory: async () => Promise.resolve(config) });
AuthModule.forRootAsync({
  imports: [SettingsModule],
  inject: [Settings],
  useFactory: (settings: Settings) => settings.create(),
  guardEveryRoute: true,
});
AuthModule.forRootAsync({ useClass: Settings, isGlobal: false });
AuthModule.forRootAsync({ useClass: LateSettings });
AuthModule.forRootAsync({ useExisting: Settings, exceptionFilter: false });
// @ts-expect-error The class makes the configuration in create().
AuthModule.forRootAsync({ useClass: OtherSettings });
// @ts-expect-error A factory gives a configuration.
AuthModule.forRootAsync({ useFactory: () => ({ issuers: 'https://login.example.com' }) });
// @ts-expect-error The wiring is known before the factory runs, so it has no place in what that gives.
AuthModule.forRootAsync({ useFactory: (): AuthModuleConfig => ({ ...config, isGlobal: true }) });

// The wiring stands beside the configuration.
expectType<DynamicModule>()(
  AuthModule.forRoot({ ...config, isGlobal: false, guardEveryRoute: true }),
);
// @ts-expect-error On or off.
AuthModule.forRoot({ ...config, guardEveryRoute: ['notes'] });

// What is had by injection.
export async function use(verifier: AccessTokenVerifier, issuers: TrustedIssuers): Promise<void> {
  expectType<Identity>()(await verifier.verify('token'));
  // @ts-expect-error A token is a string; where it comes from is the caller's matter.
  await verifier.verify({ headers: {} });
  issuers.add('https://partner.example');
  issuers.replace({ issuer: 'https://partner.example', audience: 'api' });
  expectType<boolean>()(issuers.remove('https://partner.example'));
  // @ts-expect-error Issuers go by their name.
  issuers.remove({ issuer: 'https://partner.example' });
  // @ts-expect-error The list is for reading.
  issuers.list().pop();
}
