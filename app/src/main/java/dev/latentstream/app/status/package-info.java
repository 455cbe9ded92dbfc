/**
 * {@code latentstream status}: group, lag, counts and rates of each stage.
 *
 * <p>Start reading at {@link StatusReader}, which reads a cluster and the stages' metrics into {@link ClusterStatus}.
 */
@NullMarked
package dev.latentstream.app.status;

import org.jspecify.annotations.NullMarked;
