package io.nearstream.example;

import io.nearstream.client.KeyValue;
import io.nearstream.client.KeyValueReader;
import io.nearstream.client.KeyValueRequest;
import io.nearstream.client.KeyValues;
import io.nearstream.client.LiveReadOptions;
import io.nearstream.client.NearstreamClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Counts visits without a lock: reads a counter and puts the next number if nobody was faster. */
public final class Visits {
    private Visits() {}

    public static void main(String[] args) throws Exception {
        try (NearstreamClient client = NearstreamClient.connect(args[0])) {
            KeyValues keys = client.keyValues();
            try (KeyValueReader strong = keys.strong();
                    KeyValueReader live = keys.live(LiveReadOptions.of(List.of(args[1])))) {
                for (int visit = 0; visit < 3; visit++) {
                    while (!countOne(keys, strong)) {
                        System.out.println("somebody was faster, once more");
                    }
                }
                System.out.println(number(live.get("visits").get()) + " visits");

                keys.writer().apply(KeyValueRequest.delete("visits")).get();
                System.out.println(live.get("visits").get().isPresent() ? "there" : "gone");
            }
        }
    }

    private static boolean countOne(KeyValues keys, KeyValueReader strong) throws Exception {
        Optional<KeyValue> before = strong.get("visits").get();
        byte[] next = text(number(before) + 1);
        KeyValueRequest put =
                KeyValueRequest.put("visits", next).ttl(Duration.ofDays(30)); // of the last visit
        KeyValueRequest conditional =
                before.isPresent() ? put.ifVersion(before.get().version()) : put.ifAbsent();
        return keys.writer().apply(conditional).get().applied();
    }

    private static int number(Optional<KeyValue> value) {
        return value.map(found -> new String(found.value(), StandardCharsets.UTF_8))
                .map(Integer::parseInt)
                .orElse(0);
    }

    private static byte[] text(int number) {
        return Integer.toString(number).getBytes(StandardCharsets.UTF_8);
    }
}
