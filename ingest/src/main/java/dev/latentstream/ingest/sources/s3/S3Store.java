package dev.latentstream.ingest.sources.s3;

import dev.latentstream.ingest.sources.BrokenInputException;
import java.io.InputStream;
import java.util.function.Supplier;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;

/** A store of objects, and its failures as those of sources. Thread-safe. */
public final class S3Store implements AutoCloseable {
    private static final int PAGE = 1000; // as many as S3 lists at once

    private final S3Client client;
    private final int page;

    private S3Store(S3Client client, int page) {
        this.client = client;
        this.page = page;
    }

    /**
     * Prepares connections; nothing is sent.
     *
     * @throws BrokenInputException if the SDK's own configuration is not valid
     */
    public static S3Store open(S3Access access) throws BrokenInputException {
        return open(access, PAGE);
    }

    /** @param page number of objects that are listed at once */
    static S3Store open(S3Access access, int page) throws BrokenInputException {
        return new S3Store(attempt("the store", access::client), page);
    }

    /** Returns the objects whose keys start with a prefix, in the order of their keys. */
    S3Listing list(S3Location prefix) {
        return new S3Listing(this, prefix);
    }

    ListObjectsV2Response page(S3Location prefix, String token) throws BrokenInputException {
        ListObjectsV2Request.Builder request = ListObjectsV2Request.builder()
                .bucket(prefix.bucket())
                .prefix(prefix.key())
                .maxKeys(page)
                .encodingType(EncodingType.URL); // XML has no control characters, but keys may
        if (!token.isEmpty()) {
            request.continuationToken(token);
        }
        return attempt(prefix.uri(), () -> client.listObjectsV2(request.build()));
    }

    /** Returns the version of an object that there is now. */
    StoredObject head(S3Location location) throws BrokenInputException {
        HeadObjectRequest request = HeadObjectRequest.builder()
                .bucket(location.bucket())
                .key(location.key())
                .build();
        HeadObjectResponse found = attempt(location.uri(), () -> client.headObject(request));
        return new StoredObject(location, found.eTag(), found.contentLength());
    }

    /** Returns the bytes of a version, which are read again from where a connection breaks off. */
    InputStream open(StoredObject object) {
        return new ObjectStream(this, object);
    }

    /**
     * Requests the bytes of a version from a position on.
     *
     * @throws BrokenInputException if there is another version now
     */
    ResponseInputStream<GetObjectResponse> get(StoredObject object, long from) throws BrokenInputException {
        GetObjectRequest.Builder request = GetObjectRequest.builder()
                .bucket(object.location().bucket())
                .key(object.key())
                .ifMatch(object.entityTag());
        if (from > 0) {
            request.range("bytes=%d-".formatted(from));
        }
        return attempt(object.uri(), () -> client.getObject(request.build()));
    }

    private static <T> T attempt(String uri, Supplier<T> request) throws BrokenInputException {
        try {
            return request.get();
        } catch (SdkException failed) {
            throw S3Faults.of(uri, failed);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
