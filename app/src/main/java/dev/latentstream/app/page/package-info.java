/**
 * Parts of the HTML pages that commands leave: each page is one file that needs nothing else.
 *
 * <p>Start reading at {@link Html}, which renders the parts; {@link LossCurves} draws losses. All of it is pure.
 */
@NullMarked
package dev.latentstream.app.page;

import org.jspecify.annotations.NullMarked;
