/**
 * Reads lists of images: Parquet, CSV and JSON Lines files whose rows have URLs or images.
 *
 * <p>Start reading at {@link dev.latentstream.ingest.lists.ListReader}. Rows are read in order with bounded memory. A row that cannot be used
 * is delivered as such, with its number, value and bound, and the next one is read.
 */
@NullMarked
package dev.latentstream.ingest.lists;

import org.jspecify.annotations.NullMarked;
