/**
 * The demo: all of the pipeline on one machine, with a view on it while it runs and a page about it when it is over.
 *
 * <p>{@link dev.latentstream.app.demo.SummaryPage} makes the page from a {@link dev.latentstream.app.demo.Summary};
 * {@link dev.latentstream.app.demo.ProgressView} shows what is going on. Both are pure.
 */
@NullMarked
package dev.latentstream.app.demo;

import org.jspecify.annotations.NullMarked;
