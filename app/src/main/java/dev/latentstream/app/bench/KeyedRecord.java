package dev.latentstream.app.bench;

/** The key and the value of a record to be written. */
record KeyedRecord<V>(String key, V value) {}
