package dev.latentstream.app.control;

import dev.latentstream.runtime.policy.PolicyKind;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes the content of an earlier version as the next one. */
@Command(
        name = "rollback",
        description = "Write the content of an earlier version of a policy as its next version; the history stays.")
final class ControlRollbackCommand implements Callable<Integer> {
    @Mixin
    private PolicyEdit edit = new PolicyEdit();

    @Parameters(index = "0", paramLabel = "KIND", description = "Kind of policy: ${COMPLETION-CANDIDATES}.")
    private PolicyKind kind = PolicyKind.MIXTURE;

    @Parameters(
            index = "1",
            paramLabel = "VERSION",
            description = "The version to return to; 0 is the built-in policy.")
    private long version;

    @Option(
            names = PolicyEdit.SCOPE,
            paramLabel = "S",
            description = "Return to a policy of this source. Default: one of all sources",
            defaultValue = PolicyKind.EVERYWHERE)
    private String source = PolicyKind.EVERYWHERE;

    @Override
    public Integer call() throws Exception {
        edit.restore(kind, source, version);
        return 0;
    }
}
