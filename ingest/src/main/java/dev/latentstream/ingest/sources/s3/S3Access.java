package dev.latentstream.ingest.sources.s3;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/**
 * Access to a store. Credentials are those that the SDK finds: in the environment, a profile, a web identity, the container or the
 * machine.
 *
 * @param endpoint address of another store than Amazon's
 * @param region empty for the one that the SDK finds, else us-east-1; a bucket of Amazon's in another region is found by itself
 * @param addressing where the bucket is named
 * @param signing whether credentials are used
 */
public record S3Access(Optional<URI> endpoint, Optional<String> region, Addressing addressing, Signing signing) {
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(10);
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(30);

    /** Where requests name the bucket: in the path, or in the host. */
    public enum Addressing {
        PATH,
        VIRTUAL
    }

    /** Whether requests are signed: a public bucket needs no credentials. */
    public enum Signing {
        SIGNED,
        ANONYMOUS
    }

    public S3Access {
        endpoint.ifPresent(address -> {
            if (address.getHost() == null
                    || !String.valueOf(address.getScheme()).matches("https?")) {
                throw noAddress(address.toString());
            }
            if (address.getUserInfo() != null) {
                throw withUser();
            }
        });
    }

    /**
     * Reads the address of a store.
     *
     * @throws IllegalArgumentException if it is none, such as one that lacks its scheme
     */
    public static URI endpoint(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException malformed) {
            throw text.contains("@") ? withUser() : noAddress(text);
        }
    }

    private static IllegalArgumentException noAddress(String text) {
        return new IllegalArgumentException(
                "endpoint \"%s\" is not an address such as https://host:9000".formatted(text));
    }

    private static IllegalArgumentException withUser() {
        return new IllegalArgumentException("the endpoint has a user name or password, which are not sent");
    }

    S3Client client() {
        S3ClientBuilder client = S3Client.builder()
                .httpClientBuilder(UrlConnectionHttpClient.builder()
                        .connectionTimeout(CONNECT_WITHIN)
                        .socketTimeout(LONGEST_SILENCE))
                .region(region.map(Region::of).orElseGet(S3Access::foundRegion))
                .forcePathStyle(addressing == Addressing.PATH)
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED) // nothing is written
                .crossRegionAccessEnabled(true);
        endpoint.ifPresent(address -> client.endpointOverride(address)
                .responseChecksumValidation(
                        ResponseChecksumValidation.WHEN_REQUIRED)); // other stores may not know the header
        if (signing == Signing.ANONYMOUS) {
            client.credentialsProvider(AnonymousCredentialsProvider.create());
        }
        return client.build();
    }

    private static Region foundRegion() {
        try {
            return new DefaultAwsRegionProviderChain().getRegion();
        } catch (SdkClientException none) {
            return Region.US_EAST_1;
        }
    }
}
