package dev.latentstream.app.bench;

/** What a record holds, before it has a topic. */
record KeyedRecord<V>(String key, V value) {}
