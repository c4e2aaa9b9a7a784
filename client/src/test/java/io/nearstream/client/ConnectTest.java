package io.nearstream.client;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ConnectTest {
    @Test
    @Timeout(20)
    void nothingAnsweringIsSaidAtOnceWithWhatToDo() throws IOException {
        int port;
        try (ServerSocket unused = new ServerSocket(0)) {
            port = unused.getLocalPort();
        }
        assertThatThrownBy(() -> NearstreamClient.connect("localhost:" + port))
                .isInstanceOf(NearstreamException.class)
                .hasMessageContaining("Nothing answers at localhost:" + port)
                .hasMessageContaining("./nearstream serve");
    }

    @Test
    @Timeout(20)
    void listenerThatIsNoBrokerIsSaidWithinTheTimeout() throws IOException {
        try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + mute.getLocalPort();

            assertThatThrownBy(() -> Bootstrap.connect(address, Duration.ofMillis(300)))
                    .isInstanceOf(NearstreamException.class)
                    .hasMessageContaining("No Kafka broker answers at " + address);
        }
    }

    @Test
    void malformedAddressesAreNamed() {
        for (String address : new String[] {"localhost", ":9092", "h:0", "h:x", "h:99999", ""}) {
            assertThatThrownBy(() -> NearstreamClient.connect(address))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("HOST:PORT")
                    .hasMessageContaining("'" + address + "'");
        }
    }
}
