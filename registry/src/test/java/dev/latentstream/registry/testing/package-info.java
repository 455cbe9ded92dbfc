/**
 * Real clusters for tests: {@link dev.latentstream.registry.testing.Cluster#start()} starts a broker and a schema registry, in this JVM
 * unless {@code -Dcluster=testcontainers} asks for Docker.
 */
@NullMarked
package dev.latentstream.registry.testing;

import org.jspecify.annotations.NullMarked;
