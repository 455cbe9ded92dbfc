/**
 * The command that measures the data of each source, as Table 3 of the paper does.
 *
 * <p>Start reading at {@link dev.latentstream.app.stats.StatsCommand}. Everything is counted from the topics at one moment; nothing is written.
 */
@NullMarked
package dev.latentstream.app.stats;

import org.jspecify.annotations.NullMarked;
