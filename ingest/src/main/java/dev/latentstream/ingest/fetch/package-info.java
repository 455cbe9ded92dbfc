/**
 * Fetches files from untrusted URLs, over HTTP/1.1 and HTTP/2.
 *
 * <p>Start reading at {@link dev.latentstream.ingest.fetch.Fetcher}. A URL ends as bytes or as a refusal with its reason. Only addresses that
 * {@link dev.latentstream.ingest.fetch.AddressRules} admits are connected to, whatever a name resolves to and wherever a redirect leads;
 * hosts are not overloaded, and their wishes about crawling and training are honoured; memory and time are bounded.
 */
@NullMarked
package dev.latentstream.ingest.fetch;

import org.jspecify.annotations.NullMarked;
