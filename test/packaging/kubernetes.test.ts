import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { validate as isDeployment } from 'kubernetes-models/_schemas/IoK8sApiAppsV1Deployment';
import { validate as isConfigMap } from 'kubernetes-models/_schemas/IoK8sApiCoreV1ConfigMap';
import { validate as isSecret } from 'kubernetes-models/_schemas/IoK8sApiCoreV1Secret';
import { validate as isService } from 'kubernetes-models/_schemas/IoK8sApiCoreV1Service';
import { validate as isNetworkPolicy } from 'kubernetes-models/_schemas/IoK8sApiNetworkingV1NetworkPolicy';
import { validate as isDisruptionBudget } from 'kubernetes-models/_schemas/IoK8sApiPolicyV1PodDisruptionBudget';
import type { IDeployment } from 'kubernetes-models/apps/v1';
import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1';
import type { IConfigMap, ISecret, IService } from 'kubernetes-models/v1';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { readSettings } from '../../src/config/environment.ts';
import { parseMerchants } from '../../src/config/merchants.ts';
import { fileText } from '../support/pages.ts';
import { temporaryFolder } from '../support/process.ts';

/** The example is held against Kubernetes' own schemas, and against what the service and its image are. */

const project = fileURLToPath(new URL('../..', import.meta.url));
const objects = parseAllDocuments(await fileText('src/packaging/kubernetes.yaml')).map((one): unknown =>
  one.toJS(),
);

interface Schema {
  (data: unknown): boolean;
  errors?: unknown;
}

/** The types and the schemas are made from one source. */
function isOf<Kind>(data: unknown, schema: Schema): data is Kind {
  return schema(data);
}

/** The one object of a kind; what Kubernetes' schema says of it where it is not one. */
function the<Kind>(kind: string, schema: Schema): Kind {
  const wanted = z.looseObject({ kind: z.literal(kind) });
  const [found, ...others] = objects.filter((one) => wanted.safeParse(one).success);
  expect(others).toEqual([]);
  if (!isOf<Kind>(found, schema)) throw new Error(`The ${kind} is none: ${JSON.stringify(schema.errors)}`);
  return found;
}

const deployment = the<IDeployment>('Deployment', isDeployment);
const secret = the<ISecret>('Secret', isSecret);
const configMap = the<IConfigMap>('ConfigMap', isConfigMap);
const service = the<IService>('Service', isService);
const budget = the<IPodDisruptionBudget>('PodDisruptionBudget', isDisruptionBudget);
const policy = the<INetworkPolicy>('NetworkPolicy', isNetworkPolicy);
const pod = deployment.spec?.template.spec;
const [container] = pod?.containers ?? [];
const labels = { 'app.kubernetes.io/name': 'masonhub-loop' };

test('all objects are of kinds that are looked at here', () => {
  expect(objects).toHaveLength(6);
});

/** The schemas let pass what they do not know. The types, made from the same source, do not. */
test('no field is one that Kubernetes does not know', async () => {
  await using folder = await temporaryFolder();
  await symlink(join(project, 'node_modules'), join(folder.path, 'node_modules'));
  const kinds: [string, string, unknown][] = [
    ['Deployment', 'apps/v1', deployment],
    ['Secret', 'v1', secret],
    ['ConfigMap', 'v1', configMap],
    ['Service', 'v1', service],
    ['PodDisruptionBudget', 'policy/v1', budget],
    ['NetworkPolicy', 'networking.k8s.io/v1', policy],
  ];
  const lines = kinds.flatMap(([kind, version, object]) => [
    `import type { I${kind} } from 'kubernetes-models/${version}';`,
    `export const a${kind}: I${kind} = ${JSON.stringify(object, null, 1)};`,
  ]);
  await writeFile(join(folder.path, 'package.json'), '{ "type": "module" }');
  await writeFile(join(folder.path, 'objects.ts'), lines.join('\n'));
  const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'esnext'];
  const tsc = join(project, 'node_modules/.bin/tsc');
  const child = spawn(tsc, [...options, '--types', '', 'objects.ts'], { cwd: folder.path });
  const [output] = await Promise.all([text(child.stdout), once(child, 'close')]);
  expect([output, child.exitCode]).toEqual(['', 0]);
});

test('every selector finds the copies, and the ports lead to them', () => {
  expect(deployment.spec?.template.metadata?.labels).toEqual(labels);
  expect(deployment.spec?.selector.matchLabels).toEqual(labels);
  expect(pod?.topologySpreadConstraints?.map(({ labelSelector }) => labelSelector?.matchLabels)).toEqual([
    labels,
  ]);
  expect(service.spec?.selector).toEqual(labels);
  expect(budget.spec?.selector?.matchLabels).toEqual(labels);
  expect(policy.spec?.podSelector?.matchLabels).toEqual(labels);
  expect(container?.ports).toEqual([{ name: 'http', containerPort: readSettings({}).port }]);
  expect(service.spec?.ports?.map(({ targetPort }) => targetPort)).toEqual(['http']);
  expect(policy.spec?.ingress?.flatMap(({ ports = [] }) => ports.map(({ port }) => port))).toEqual(['http']);
});

test('two copies run, one at least at any disruption, and none of an old version beside a new one', () => {
  expect(deployment.spec?.replicas).toBe(2);
  expect(budget.spec?.minAvailable).toBe(1);
  expect(deployment.spec?.strategy).toEqual({ type: 'Recreate' });
});

test('the container has no rights, and may write to nothing but /tmp', () => {
  expect(pod?.securityContext).toEqual({
    runAsNonRoot: true,
    runAsUser: 1000,
    runAsGroup: 1000,
    seccompProfile: { type: 'RuntimeDefault' },
  });
  expect(container?.securityContext).toEqual({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  });
  expect(pod?.automountServiceAccountToken).toBe(false);
  const writable = container?.volumeMounts?.filter(({ readOnly }) => readOnly !== true);
  expect(writable?.map(({ mountPath }) => mountPath)).toEqual(['/tmp']);
  expect(container?.resources?.limits).toMatchObject({ memory: '1Gi' });
});

test('the image is of this version, and starts as it is meant to', async () => {
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(await fileText('package.json')));
  expect(container?.image).toBe(`registry.example.com/masonhub-loop:${version}`);
  expect([container?.command, container?.args]).toEqual([undefined, undefined]);
});

test('it is started again where it is not live, gets requests where it is ready, and has time to stop', () => {
  const { startupProbe, livenessProbe, readinessProbe } = container ?? {};
  const live = { path: '/health/live', port: 'http' };
  expect([startupProbe?.httpGet, livenessProbe?.httpGet]).toEqual([live, live]);
  expect(readinessProbe?.httpGet).toEqual({ path: '/health/ready', port: 'http' });
  // A check that does not answer is told after three seconds.
  expect(readinessProbe?.timeoutSeconds).toBeGreaterThan(3);
  const before = container?.lifecycle?.preStop?.sleep?.seconds ?? Number.NaN;
  expect(pod?.terminationGracePeriodSeconds).toBeGreaterThan(before + 10);
});

test('the settings and the merchants file are such that the service takes them', () => {
  const secrets = z.record(z.string(), z.string()).parse(secret.stringData);
  expect(container?.envFrom).toEqual([{ secretRef: { name: secret.metadata?.name } }]);
  const given = z.array(z.object({ name: z.string(), value: z.string() })).parse(container?.env);
  const env = { ...secrets, ...Object.fromEntries(given.map(({ name, value }) => [name, value])) };
  const settings = readSettings(env);
  const mount = container?.volumeMounts?.find(({ mountPath }) =>
    settings.merchantsFile.startsWith(`${mountPath}/`),
  );
  const volume = pod?.volumes?.find(({ name }) => name === mount?.name);
  expect(volume?.configMap?.name).toBe(configMap.metadata?.name);
  // A file that is mounted by itself would stay as it is.
  expect(mount?.subPath).toBeUndefined();
  const file = settings.merchantsFile.slice(`${mount?.mountPath}/`.length);
  const merchants = parseMerchants(configMap.data?.[file] ?? '', env, file);
  expect([...merchants.keys()]).toEqual(['acme']);
});

test('the network lets the database and both vendors be reached', () => {
  const ports = policy.spec?.egress?.flatMap((rule) => rule.ports?.map(({ port }) => port));
  const database = new URL(z.object({ DATABASE_URL: z.url() }).parse(secret.stringData).DATABASE_URL);
  expect(ports).toEqual([53, 53, Number(database.port), 443]);
});
