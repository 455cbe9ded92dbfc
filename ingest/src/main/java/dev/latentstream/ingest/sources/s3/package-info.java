/**
 * Sources whose images and shards are in a bucket: of Amazon S3, or of any store that speaks its protocol.
 *
 * <p>Start reading at {@link dev.latentstream.ingest.sources.s3.S3Source}. Objects are delivered in the order of their keys. What is read is
 * one version of an object, the one that its stamp names; a connection that breaks off is continued where it broke off.
 */
@NullMarked
package dev.latentstream.ingest.sources.s3;

import org.jspecify.annotations.NullMarked;
