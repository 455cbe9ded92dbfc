/**
 * Sources of images whose URLs, or whose bytes, are in lists.
 *
 * <p>Start reading at {@link dev.latentstream.ingest.sources.urls.ListSource}. Images are delivered in the order in which they arrive; which
 * rows were delivered is known by their URLs, so that a source that was stopped continues at any row.
 */
@NullMarked
package dev.latentstream.ingest.sources.urls;

import org.jspecify.annotations.NullMarked;
