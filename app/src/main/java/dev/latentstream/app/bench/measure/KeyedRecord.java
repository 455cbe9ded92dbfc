package dev.latentstream.app.bench.measure;

/** The key and the value of a record to be written. */
public record KeyedRecord<V>(String key, V value) {}
