/** Kafka plumbing: settings, topics, the two engines that run a stage, policies, meters. */
@NullMarked
package dev.latentstream.runtime;

import org.jspecify.annotations.NullMarked;
