/** The endpoint for operators: {@code /metrics} and {@code /health}, served by {@link HttpEndpoint}. */
@NullMarked
package dev.latentstream.runtime.http;

import org.jspecify.annotations.NullMarked;
