package dev.latentstream.ingest.image;

/** Aborts the reading of a bad image at any depth; {@link ImageReader} turns it into a value. */
final class BadImageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Refusal refusal;

    BadImageException(Refusal refusal) {
        super(refusal.detail(), null, false, false); // no stack trace: it is a value on its way out
        this.refusal = refusal;
    }

    /** Bytes that violate the rules of their format. */
    static BadImageException damaged(String value, String bound, String detail) {
        return new BadImageException(Refusal.undecodable(value, bound, detail));
    }

    Refusal refusal() {
        return refusal;
    }
}
