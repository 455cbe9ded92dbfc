package dev.latentstream.app.bench;

/** What a record holds, before it has a topic. */
record Keyed<V>(String key, V value) {}
