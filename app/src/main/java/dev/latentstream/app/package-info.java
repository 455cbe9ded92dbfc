/** The one command, the embedded broker and registry. */
@NullMarked
package dev.latentstream.app;

import org.jspecify.annotations.NullMarked;
