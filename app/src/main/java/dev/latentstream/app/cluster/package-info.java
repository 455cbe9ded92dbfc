/**
 * A genuine single-node Kafka broker and a schema registry, for machines without a cluster.
 *
 * <p>Start reading at {@link LocalCluster}. {@link BrokerProcess} is the parent's side of the broker's process, {@link BrokerMain} the child's;
 * {@link DataFolder} names what lies in a folder of data. The broker listens on the loopback interface only, keeps its data over restarts,
 * and ends when its parent ends, in whatever way that was.
 */
@NullMarked
package dev.latentstream.app.cluster;

import org.jspecify.annotations.NullMarked;
