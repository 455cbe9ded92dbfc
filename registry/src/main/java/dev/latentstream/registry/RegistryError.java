package dev.latentstream.registry;

import java.util.Arrays;
import java.util.List;

/** A refused request, with the error codes and messages of Confluent's protocol. */
final class RegistryError extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final int code;

    private RegistryError(int status, int code, String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    int status() {
        return status;
    }

    int code() {
        return code;
    }

    static RegistryError noSuchPath() {
        return new RegistryError(404, 404, "HTTP 404 Not Found");
    }

    static RegistryError noSuchMethod(String method) {
        return new RegistryError(405, 405, "HTTP 405 Method Not Allowed: " + method);
    }

    static RegistryError unreadable(String what) {
        return new RegistryError(400, 400, what);
    }

    static RegistryError tooLarge(int bound) {
        return new RegistryError(413, 413, "the request's body has more than %d bytes".formatted(bound));
    }

    static RegistryError forbidden(String why) {
        return new RegistryError(403, 403, "HTTP 403 Forbidden: " + why);
    }

    static RegistryError unsupportedType(String type, String supported) {
        return new RegistryError(
                415, 415, "HTTP 415 Unsupported Media Type: Content-Type \"%s\" is not %s".formatted(type, supported));
    }

    static RegistryError noSuchSubject(String subject) {
        return new RegistryError(404, 40401, "Subject '%s' not found.".formatted(subject));
    }

    static RegistryError noSuchVersion(int version) {
        return new RegistryError(404, 40402, "Version %d not found.".formatted(version));
    }

    static RegistryError noSuchSchema() {
        return new RegistryError(404, 40403, "Schema not found");
    }

    static RegistryError noSuchSchema(int id) {
        return new RegistryError(404, 40403, "Schema %d not found".formatted(id));
    }

    static RegistryError alreadyDeleted(String subject) {
        return new RegistryError(
                404,
                40404,
                "Subject '%s' was soft deleted. Set permanent=true to delete permanently".formatted(subject));
    }

    static RegistryError notDeletedFirst(String subject) {
        return new RegistryError(
                404, 40405, "Subject '%s' was not deleted first before being permanently deleted".formatted(subject));
    }

    static RegistryError alreadyDeleted(String subject, int version) {
        return new RegistryError(
                404,
                40406,
                "Subject '%s' Version %d was soft deleted. Set permanent=true to delete permanently"
                        .formatted(subject, version));
    }

    static RegistryError notDeletedFirst(String subject, int version) {
        return new RegistryError(
                404,
                40407,
                "Subject '%s' Version %d was not deleted first before being permanently deleted"
                        .formatted(subject, version));
    }

    static RegistryError noLevel(String subject) {
        return new RegistryError(
                404, 40408, "Subject '%s' does not have subject-level compatibility configured".formatted(subject));
    }

    static RegistryError noMode(String subject) {
        return new RegistryError(
                404, 40409, "Subject '%s' does not have subject-level mode configured".formatted(subject));
    }

    static RegistryError incompatible(String subject, List<String> incompatibilities) {
        return new RegistryError(
                409,
                409,
                "Schema being registered is incompatible with an earlier schema for subject \"%s\", details: %s"
                        .formatted(subject, incompatibilities));
    }

    static RegistryError invalidSchema(String why) {
        return new RegistryError(422, 42201, "Invalid schema: " + why);
    }

    static RegistryError recordTooLarge(int bytes, int bound) {
        return new RegistryError(
                422, 42201, "Invalid schema: its record has %d bytes, at most %d are possible".formatted(bytes, bound));
    }

    static RegistryError invalidVersion(String version) {
        return new RegistryError(
                422,
                42202,
                "The specified version '%s' is not a valid version id. Allowed values are between [1, 2^31-1] and the string"
                                .formatted(version)
                        + " \"latest\"");
    }

    static RegistryError invalidLevel(String level) {
        return new RegistryError(
                422,
                42203,
                "Invalid compatibility level '%s'. Valid values are %s"
                        .formatted(level, Arrays.toString(CompatibilityLevel.values())));
    }

    static RegistryError invalidMode(String mode) {
        return new RegistryError(
                422, 42204, "Invalid mode '%s'. Valid values are %s".formatted(mode, Arrays.toString(Mode.values())));
    }

    static RegistryError notPermitted(String why) {
        return new RegistryError(422, 42205, why);
    }
}
