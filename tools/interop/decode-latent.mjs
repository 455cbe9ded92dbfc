// Prints one latent record of a running pipeline, read by clients that know nothing of it but Kafka's and the registry's protocols.
//
//   node decode-latent.mjs BROKER REGISTRY [TOPIC]
//   node decode-latent.mjs 127.0.0.1:9092 http://127.0.0.1:8081 latents-scenes

import { SchemaRegistry } from '@kafkajs/confluent-schema-registry';
import { Kafka, logLevel } from 'kafkajs';
import { elements } from './tensor.mjs';

const PATIENCE_MS = 30_000;
const VALUES_SHOWN = 8;

const [broker, registryUrl, wantedTopic] = process.argv.slice(2);
if (!broker || !registryUrl) {
  console.error('usage: node decode-latent.mjs BROKER REGISTRY [TOPIC]');
  process.exit(2);
}

const kafka = new Kafka({ clientId: 'decode-latent', brokers: [broker], logLevel: logLevel.NOTHING });
try {
  const topic = wantedTopic ?? (await firstLatentTopic());
  const message = await firstMessage(topic);
  const latent = await new SchemaRegistry({ host: registryUrl }).decode(message.value);
  print(topic, message, latent);
} catch (error) {
  console.error(error.message);
  process.exit(1);
}

async function firstLatentTopic() {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const topics = await admin.listTopics();
    const topic = topics.filter((name) => /(^|-)latents-/.test(name) && !name.endsWith('-dlq')).sort()[0];
    if (!topic) {
      throw new Error(`no topic latents-... at ${broker}; it has ${topics.join(', ') || 'none'}`);
    }
    return topic;
  } finally {
    await admin.disconnect();
  }
}

/** The first record of any partition that has a value. */
async function firstMessage(topic) {
  const consumer = kafka.consumer({ groupId: `decode-latent-${process.pid}-${Date.now()}` });
  await consumer.connect();
  let patience;
  try {
    await consumer.subscribe({ topic, fromBeginning: true });
    return await new Promise((resolve, reject) => {
      patience = setTimeout(() => reject(new Error(`no record in ${topic} within ${PATIENCE_MS} ms`)), PATIENCE_MS);
      const eachMessage = async ({ partition, message }) => {
        if (message.value) {
          resolve({ ...message, partition });
        }
      };
      consumer.run({ autoCommit: false, eachMessage }).catch(reject);
    });
  } finally {
    clearTimeout(patience);
    await consumer.disconnect();
  }
}

function print(topic, message, { encoding, captions }) {
  const values = elements(encoding.mean, encoding.type, encoding.shape);
  console.log(`${topic}, partition ${message.partition}, offset ${message.offset}`);
  console.log(`image     ${message.key}`);
  console.log(`source    ${encoding.source}, encoder ${encoding.encoder_id}, bucket ${encoding.bucket}`);
  console.log(`shape     ${encoding.shape.join(' x ')} ${encoding.type}, ${encoding.mean.length} bytes`);
  console.log(`values    ${values.slice(0, VALUES_SHOWN).map((value) => value.toFixed(4)).join(' ')}`);
  for (const caption of captions.captions) {
    const confidence = caption.confidence === null ? '' : ` ${caption.confidence.toFixed(2)}`;
    console.log(`caption   ${caption.kind}${caption.level ? ` ${caption.level}` : ''}${confidence}: ${caption.text}`);
  }
}
