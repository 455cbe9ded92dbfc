/**
 * The demo: the whole pipeline on one machine, with its progress while it runs and a page about it at the end.
 *
 * <p>Start reading at {@link Demo}. {@link SummaryPage} renders a {@link Summary} as HTML, {@link ProgressView} the progress; both are pure.
 */
@NullMarked
package dev.latentstream.app.demo;

import org.jspecify.annotations.NullMarked;
