package dev.latentstream.ingest.sources.s3;

import dev.latentstream.ingest.sources.BrokenInputException;
import dev.latentstream.ingest.sources.BrokenInputException.Extent;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Says what a failed request means: for one object, or for all. */
final class S3Faults {
    private static final int MAX_CHARACTERS = 300;

    /** How the message of the SDK's chain of providers starts, which has no class of its own. */
    private static final String NO_CREDENTIALS = "Unable to load credentials";

    /** Remedies for codes of S3 whose own message has none. */
    private static final Map<String, String> ADVICE = Map.of(
            "NoSuchBucket", "there is no such bucket at this endpoint",
            "AccessDenied", "these credentials may not do this, or the bucket is not public",
            "ExpiredToken", "renew the credentials, then run the same command again to continue",
            "InvalidAccessKeyId", "the store does not know the access key",
            "SignatureDoesNotMatch", "the secret key is not that of the access key",
            "AuthorizationHeaderMalformed", "the region is another one: --region",
            "PermanentRedirect", "the bucket is in another region: --region",
            "InvalidObjectState", "the object is archived and has to be restored first");

    private S3Faults() {}

    /** Returns the failure of a request for a key, or for the keys of a prefix. */
    static BrokenInputException of(String uri, SdkException failed) {
        if (!(failed instanceof S3Exception answer)) {
            return new BrokenInputException(Extent.SOURCE, "%s: %s".formatted(uri, withoutAnswer(failed)), failed);
        }
        AwsErrorDetails details = answer.awsErrorDetails();
        String code = details == null || details.errorCode() == null ? "" : details.errorCode();
        String message = "%s: the store answers %d %s: %s"
                .formatted(
                        uri,
                        answer.statusCode(),
                        code,
                        Optional.ofNullable(ADVICE.get(code))
                                .orElseGet(() ->
                                        meaning(answer.statusCode(), details == null ? null : details.errorMessage())));
        return new BrokenInputException(
                isOfObject(answer.statusCode(), code) ? Extent.ITEM : Extent.SOURCE, message, failed);
    }

    /** The SDK's own messages list its classes and ask to see the cause. */
    private static String withoutAnswer(SdkException failed) {
        String message = String.valueOf(failed.getMessage());
        if (message.startsWith(NO_CREDENTIALS)) {
            return "no credentials were found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE; a public"
                    + " bucket needs --no-sign-request";
        }
        for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnknownHostException) {
                return "no answer: the host %s is not known".formatted(cause.getMessage());
            }
        }
        return "no answer: " + bounded(message);
    }

    /** Returns whether the version is there no longer. */
    static boolean isChanged(BrokenInputException failed) {
        return failed.getCause() instanceof S3Exception answer && answer.statusCode() == 412;
    }

    /** A request without a body has no code in its answer either. */
    private static boolean isOfObject(int status, String code) {
        return switch (code) {
            case "AccessDenied", "InvalidObjectState", "NoSuchKey", "PreconditionFailed", "InvalidRange" -> true;
            default -> status == 412 || status == 416 || (code.isEmpty() && (status == 403 || status == 404));
        };
    }

    private static String meaning(int status, @Nullable String message) {
        return switch (status) {
            case 403 -> "not allowed";
            case 404 -> "there is no such object";
            case 412 -> "the object was changed while it was read";
            default -> bounded(message);
        };
    }

    private static String bounded(@Nullable String message) {
        String text = String.valueOf(message);
        return text.substring(0, Math.min(MAX_CHARACTERS, text.length()));
    }
}
