package io.nearstream.jobs.common.topics;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TopicPartitionsTest {
    /** Somebody listens, and is no broker: like one that hangs, it never answers. */
    @Test
    void whoeverGotTheAddressWrongIsToldSo() throws Exception {
        try (ServerSocket mute = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + mute.getLocalPort();
            assertThatThrownBy(
                            () ->
                                    TopicPartitions.of(
                                            address,
                                            List.of(TopicNames.COLLECTIONS),
                                            Duration.ofSeconds(1)))
                    .isInstanceOf(TopicsException.class)
                    .hasMessageContaining(TopicNames.COLLECTIONS)
                    .hasMessageContaining("'" + address + "' could not be looked at: ")
                    .hasMessageContaining("Is the address right");
        }
    }

    @Test
    void soIsWhoNamesAHostThatIsNone() {
        assertThatThrownBy(
                        () ->
                                TopicPartitions.of(
                                        "no-such-host.invalid:9092",
                                        List.of(TopicNames.COLLECTIONS)))
                .isInstanceOf(TopicsException.class)
                .hasMessageContaining("'no-such-host.invalid:9092' could not be looked at: ");
    }
}
