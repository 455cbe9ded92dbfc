/**
 * Real clusters for tests: {@link dev.latentstream.app.testing.Cluster#start()} gives a broker and a schema registry, in this JVM
 * unless {@code -Dcluster=testcontainers} asks for Docker.
 */
@NullMarked
package dev.latentstream.app.testing;

import org.jspecify.annotations.NullMarked;
