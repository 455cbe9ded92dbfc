package dev.latentstream.runtime.policy;

import dev.latentstream.schemas.CaptionPolicy;
import dev.latentstream.schemas.FilterPolicy;
import dev.latentstream.schemas.KebabCase;
import dev.latentstream.schemas.MixturePolicy;
import java.util.Arrays;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;

/** The kinds of policy, which can be changed while the pipeline runs. */
public enum PolicyKind {
    FILTER(FilterPolicy.class),
    CAPTION(CaptionPolicy.class),
    MIXTURE(MixturePolicy.class);

    /** The scope of the policy for every source without its own. */
    public static final String EVERYWHERE = "*";

    private final Class<? extends SpecificRecord> type;

    PolicyKind(Class<? extends SpecificRecord> type) {
        this.type = type;
    }

    /** The class of the policies of this kind. */
    public Class<? extends SpecificRecord> type() {
        return type;
    }

    /** The name of the kind in keys of {@code control}. */
    public String id() {
        return KebabCase.of(this);
    }

    /** Returns the key in {@code control} for a scope. */
    public String key(String scope) {
        return id() + "/" + scope;
    }

    /** Returns the kind of a key in {@code control}; empty if the key has no known kind. */
    public static Optional<PolicyKind> ofKey(String key) {
        return Arrays.stream(values())
                .filter(kind -> key.startsWith(kind.key(""))
                        && key.length() > kind.key("").length())
                .findFirst();
    }
}
