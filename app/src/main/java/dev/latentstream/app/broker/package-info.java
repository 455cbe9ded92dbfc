/**
 * A genuine single-node Kafka broker as a child process, for machines without a cluster.
 *
 * <p>Start reading at {@link dev.latentstream.app.broker.BrokerProcess}, which is the parent's side;
 * {@link dev.latentstream.app.broker.BrokerMain} is the child's. What a folder of data holds is in
 * {@link dev.latentstream.app.broker.DataFolder}. The broker listens on the loopback interface only, keeps its data over
 * restarts, and ends when its parent ends, in whatever way that was.
 */
@NullMarked
package dev.latentstream.app.broker;

import org.jspecify.annotations.NullMarked;
