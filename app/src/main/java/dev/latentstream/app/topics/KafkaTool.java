package dev.latentstream.app.topics;

import dev.latentstream.schemas.KebabCase;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import kafka.admin.ConfigCommand;
import kafka.tools.StorageTool;
import org.apache.kafka.tools.AclCommand;
import org.apache.kafka.tools.BrokerApiVersionsCommand;
import org.apache.kafka.tools.ClusterTool;
import org.apache.kafka.tools.ConsoleProducer;
import org.apache.kafka.tools.ConsumerPerformance;
import org.apache.kafka.tools.DeleteRecordsCommand;
import org.apache.kafka.tools.DumpLogSegments;
import org.apache.kafka.tools.FeatureCommand;
import org.apache.kafka.tools.GetOffsetShell;
import org.apache.kafka.tools.GroupsCommand;
import org.apache.kafka.tools.LeaderElectionCommand;
import org.apache.kafka.tools.LogDirsCommand;
import org.apache.kafka.tools.MetadataQuorumCommand;
import org.apache.kafka.tools.ProducerPerformance;
import org.apache.kafka.tools.TopicCommand;
import org.apache.kafka.tools.TransactionsCommand;
import org.apache.kafka.tools.consumer.ConsoleConsumer;
import org.apache.kafka.tools.consumer.ConsoleShareConsumer;
import org.apache.kafka.tools.consumer.group.ConsumerGroupCommand;
import org.apache.kafka.tools.consumer.group.ShareGroupCommand;
import org.apache.kafka.tools.reassign.ReassignPartitionsCommand;
import org.apache.kafka.tools.streams.StreamsGroupCommand;

/** Kafka's own command-line tools, under the names of the scripts that Kafka ships for them. */
enum KafkaTool {
    TOPICS(TopicCommand::main, Address.LAST),
    CONSUMER_GROUPS(ConsumerGroupCommand::main, Address.LAST),
    GROUPS(GroupsCommand::main, Address.LAST),
    GET_OFFSETS(GetOffsetShell::main, Address.LAST),
    CONSOLE_CONSUMER(ConsoleConsumer::main, Address.LAST),
    CONSOLE_PRODUCER(ConsoleProducer::main, Address.LAST),
    CONFIGS(ConfigCommand::main, Address.LAST),
    DELETE_RECORDS(DeleteRecordsCommand::main, Address.LAST),
    DUMP_LOG(DumpLogSegments::main, Address.NONE),
    LOG_DIRS(LogDirsCommand::main, Address.LAST),
    TRANSACTIONS(TransactionsCommand::main, Address.FIRST),
    SHARE_GROUPS(ShareGroupCommand::main, Address.LAST),
    CONSOLE_SHARE_CONSUMER(ConsoleShareConsumer::main, Address.LAST),
    STREAMS_GROUPS(StreamsGroupCommand::main, Address.LAST),
    ACLS(AclCommand::main, Address.LAST),
    LEADER_ELECTION(LeaderElectionCommand::main, Address.LAST),
    REASSIGN_PARTITIONS(ReassignPartitionsCommand::main, Address.LAST),
    BROKER_API_VERSIONS(BrokerApiVersionsCommand::main, Address.LAST),
    CLUSTER(ClusterTool::main, Address.LAST),
    FEATURES(FeatureCommand::main, Address.FIRST),
    METADATA_QUORUM(MetadataQuorumCommand::main, Address.FIRST),
    STORAGE(StorageTool::main, Address.NONE),
    PRODUCER_PERF(ProducerPerformance::main, Address.LAST),
    CONSUMER_PERF(ConsumerPerformance::main, Address.LAST);

    private static final String BOOTSTRAP = "--bootstrap-";

    private final Entry entry;

    private final Address address;

    KafkaTool(Entry entry, Address address) {
        this.entry = entry;
        this.address = address;
    }

    static Optional<KafkaTool> named(String name) {
        return Arrays.stream(values())
                .filter(tool -> tool.toolName().equals(name))
                .findFirst();
    }

    String toolName() {
        return KebabCase.of(this);
    }

    /** Runs the tool. Most tools end the process themselves, with their own exit code. */
    void run(List<String> arguments) throws Exception {
        entry.start(arguments.toArray(String[]::new));
    }

    /** Returns the arguments with the cluster's address added, unless they have one or the tool takes none. */
    List<String> withAddress(List<String> arguments, String bootstrapServers) {
        if (arguments.stream().anyMatch(argument -> argument.startsWith(BOOTSTRAP))) {
            return List.copyOf(arguments);
        }
        List<String> named = new ArrayList<>(arguments);
        List<String> option = List.of(BOOTSTRAP + "server", bootstrapServers);
        switch (address) {
            case FIRST -> named.addAll(0, option);
            case LAST -> named.addAll(option);
            case NONE -> {}
        }
        return List.copyOf(named);
    }

    /** The position of the cluster's address: some tools have subcommands and take it only before them. */
    private enum Address {
        FIRST,
        LAST,
        NONE
    }

    private interface Entry {
        void start(String[] arguments) throws Exception;
    }
}
