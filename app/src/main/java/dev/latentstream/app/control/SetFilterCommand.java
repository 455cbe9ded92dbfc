package dev.latentstream.app.control;

import dev.latentstream.runtime.policy.PolicyKind;
import dev.latentstream.runtime.policy.PolicyRules;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Changes the filter policy. */
@Command(name = "filter", description = "Change which images are admitted from now on.")
final class SetFilterCommand implements Callable<Integer> {
    @Mixin
    private PolicyEdit edit = new PolicyEdit();

    @Option(
            names = PolicyEdit.SCOPE,
            paramLabel = "S",
            description = "Change only this source. Default: all sources without a policy of their own",
            defaultValue = PolicyKind.EVERYWHERE)
    private String source = PolicyKind.EVERYWHERE;

    @ArgGroup(exclusive = false, validate = false)
    private FilterOptions options = new FilterOptions();

    @Override
    public Integer call() throws Exception {
        edit.apply(
                PolicyKind.FILTER,
                source,
                options.changed(PolicyRules.builtInFilter()),
                (writer, author) -> writer.changeFilter(source, options::changed, author));
        return 0;
    }
}
