package io.nearstream.cli;

import io.nearstream.client.KeyValueOutcome;
import io.nearstream.client.KeyValueRequest;
import io.nearstream.client.KeyValueWriter;
import io.nearstream.client.NearstreamClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import javax.annotation.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "delete",
        description = "Delete keys, and wait until that is in force; they need not have a value.",
        exitCodeOnExecutionException = KvCommand.FAILED,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:a condition did not hold", "2:wrong usage", "3:failed"})
final class KvDeleteCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private ConnectionOptions connection;

    @Parameters(arity = "1..*", paramLabel = "KEY", description = "The keys.")
    private List<String> keys;

    @Nullable
    @Option(
            names = "--if-version",
            paramLabel = "T-P-O",
            description = "Only if the key's value has this version, as get prints it.")
    private String ifVersion;

    @Option(names = "--json", description = "Print JSON, a document per key.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        List<KeyValueRequest> requests = requests();
        try (NearstreamClient client = connection.connect()) {
            KeyValueWriter writer = client.keyValues().writer();
            List<CompletableFuture<KeyValueOutcome>> deletes = new ArrayList<>();
            for (KeyValueRequest request : requests) {
                deletes.add(writer.apply(request));
            }
            int code = 0;
            for (int i = 0; i < deletes.size(); i++) {
                KeyValueOutcome outcome = KvCalls.await(deletes.get(i));
                code |=
                        KvOutcomes.print(
                                spec.commandLine(),
                                "delete",
                                keys.get(i),
                                outcome,
                                ifVersion,
                                json);
            }
            return code;
        }
    }

    private List<KeyValueRequest> requests() {
        if (ifVersion != null && keys.size() > 1) {
            throw new ParameterException(spec.commandLine(), "--if-version is for one key.");
        }
        try {
            List<KeyValueRequest> requests = new ArrayList<>();
            for (String key : keys) {
                KvArguments.HERE.requireIntact("KEY", key);
                KeyValueRequest delete = KeyValueRequest.delete(key);
                requests.add(
                        ifVersion == null
                                ? delete
                                : delete.ifVersion(KvText.parseVersion(ifVersion)));
            }
            return requests;
        } catch (IllegalArgumentException refused) {
            throw new ParameterException(spec.commandLine(), refused.getMessage(), refused);
        }
    }
}
