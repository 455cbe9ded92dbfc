/**
 * A genuine single-node Kafka broker and a schema registry, for machines without a cluster.
 *
 * <p>Start reading at {@link LocalCluster}. {@link BrokerProcess} is the parent's side of the broker's process, {@link BrokerMain} the child's;
 * {@link DataFolder} is the layout of a data folder. The broker listens on the loopback interface only, keeps its data across restarts, and
 * exits when its parent exits, for whatever reason.
 */
@NullMarked
package dev.latentstream.app.cluster;

import org.jspecify.annotations.NullMarked;
