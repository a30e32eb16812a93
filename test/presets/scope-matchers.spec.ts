import { describe, expect, it } from '@jest/globals';
import { pathScopes, smartScopes } from 'nestjs-trusted-issuers/presets';

describe('pathScopes', () => {
  it.each([
    ['storage.read:/', 'storage.read:/store/data'],
    ['storage.read:/store', 'storage.read:/store'],
    ['storage.read:/store', 'storage.read:/store/'],
    ['storage.read:/store', 'storage.read:/store/data/x'],
    ['storage.read:/store/', 'storage.read:/store/data'],
    ['storage.read:/store/', 'storage.read:/store/'],
    ['storage.read:/a%20b', 'storage.read:/a b/c'],
    ['storage.modify:/store', 'storage.create:/store/new'],
    ['storage.stage:/tape', 'storage.poll:/tape/x'],
    ['read:/store', 'read:/store/user'],
    ['https://scitokens.org/v1/authz/read:/a', 'https://scitokens.org/v1/authz/read:/a/b'],
    ['compute.create', 'compute.create'],
    ['https://api.example.com/notes.read', 'https://api.example.com/notes.read'],
  ])('%p grants %p', (granted, demanded) => {
    expect(pathScopes(granted, demanded)).toBe(true);
  });

  it.each([
    ['storage.read:/store', 'storage.read:/storehouse'],
    ['storage.read:/store', 'storage.read:/'],
    ['storage.read:/store/data', 'storage.read:/store'],
    ['storage.read:/store/', 'storage.read:/store'],
    ['storage.read:/store', 'storage.create:/store'],
    ['storage.create:/store', 'storage.modify:/store'],
    ['storage.stage:/tape', 'storage.read:/tape'],
    ['storage.read:/Store', 'storage.read:/store'],
    ['storage.read:/store', 'storage.read:/store/../etc'],
    ['storage.read:/store', 'storage.read:/store/%2e%2e/etc'],
    ['storage.read:/store', 'storage.read:/store/%2E%2E%2fetc'],
    ['storage.read:/store', 'storage.read:/store/%5c..'],
    ['storage.read:/store', 'storage.read:/store//data'],
    ['storage.read:/store', 'storage.read:/store/%zz'],
    ['storage.read:/store', 'storage.read:/store/%00'],
    ['storage.read:/store/..', 'storage.read:/store/..'],
    ['storage.read:/store/.', 'storage.read:/store/data'],
    ['storage.read:/%2e%2e', 'storage.read:/%2e%2e'],
    ['storage.read', 'storage.read:/store'],
    ['storage.read:/store', 'storage.read'],
    [':/store', ':/store/data'],
    ['compute.create', 'compute.creat'],
    ['https://api.example.com/notes', 'https://api.example.com/notes/read'],
    ['toString:/a', 'constructor:/a'],
    ['__proto__:/a', 'storage.create:/a'],
  ])('%p does not grant %p', (granted, demanded) => {
    expect(pathScopes(granted, demanded)).toBe(false);
  });
});

describe('smartScopes', () => {
  it.each([
    ['patient/*.rs', 'patient/Observation.rs'],
    ['patient/*.rs', 'patient/Observation.s'],
    ['patient/Observation.cruds', 'patient/Observation.u'],
    ['patient/*.cruds', 'patient/*.rs'],
    ['user/*.read', 'user/Patient.rs'],
    ['user/*.write', 'user/Patient.cud'],
    ['user/*.*', 'user/Patient.cruds'],
    ['user/Patient.rs', 'user/Patient.read'],
    ['patient/Observation.rs?category=laboratory', 'patient/Observation.r?category=laboratory'],
    ['patient/Observation.rs', 'patient/Observation.rs?category=laboratory'],
    ['launch/patient', 'launch/patient'],
    ['openid', 'openid'],
  ])('%p grants %p', (granted, demanded) => {
    expect(smartScopes(granted, demanded)).toBe(true);
  });

  it.each([
    ['patient/*.rs', 'patient/Observation.c'],
    ['patient/*.rs', 'user/Observation.rs'],
    ['user/*.cruds', 'patient/Observation.r'],
    ['patient/Observation.rs', 'patient/*.rs'],
    ['patient/Observation.rs', 'patient/Condition.r'],
    ['patient/Observation.rs', 'patient/ObservationDefinition.r'],
    ['patient/*.read', 'patient/Observation.d'],
    ['patient/*.write', 'patient/Observation.r'],
    ['patient/Observation.r', 'patient/Observation.rs'],
    // Letters out of their order are none of the specification's, nor are none.
    ['patient/*.dus', 'patient/Observation.d'],
    ['patient/*.', 'patient/Observation.'],
    ['patient/Observation.rs', 'patient/Observation.sr'],
    ['patient/Observation.rs?category=laboratory', 'patient/Observation.rs'],
    ['patient/Observation.rs?category=laboratory', 'patient/Observation.rs?category=vital-signs'],
    ['launch', 'launch/patient'],
    ['patient/*.rs', 'patient'],
  ])('%p does not grant %p', (granted, demanded) => {
    expect(smartScopes(granted, demanded)).toBe(false);
  });
});
