/**
 * Names, texts and versions of files that others have written, in whatever encoding.
 *
 * <p>Start reading at {@link dev.latentstream.ingest.sources.files.FileNames}. Nothing here opens a file.
 */
@NullMarked
package dev.latentstream.ingest.sources.files;

import org.jspecify.annotations.NullMarked;
