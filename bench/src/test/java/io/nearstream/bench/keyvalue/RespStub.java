package io.nearstream.bench.keyvalue;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.annotation.Nullable;

/** As much of a Redis server as a store asks of it: one connection, a map, and RESP 2. */
final class RespStub implements AutoCloseable {
    /** A key that it takes no value for. */
    static final String REFUSED = "refused";

    private final ServerSocket server;
    private final Map<String, byte[]> held = new HashMap<>();

    RespStub() throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::serve, "resp-stub");
        thread.setDaemon(true);
        thread.start();
    }

    String address() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    private void serve() {
        try (Socket client = server.accept();
                DataInputStream in =
                        new DataInputStream(new BufferedInputStream(client.getInputStream()));
                OutputStream out = new BufferedOutputStream(client.getOutputStream())) {
            for (int start = in.read(); start == '*'; start = in.read()) {
                List<byte[]> command = new ArrayList<>();
                for (int left = number(in); left > 0; left--) {
                    in.readByte(); // $
                    command.add(in.readNBytes(number(in)));
                    in.skipNBytes(2);
                }
                answer(command, out);
                if (in.available() == 0) {
                    out.flush();
                }
            }
        } catch (IOException gone) {
            held.clear(); // the test is over, or its store sees the end of the connection
        }
    }

    private static int number(DataInputStream in) throws IOException {
        int number = 0;
        for (int next = in.readByte(); next != '\r'; next = in.readByte()) {
            number = 10 * number + next - '0';
        }
        in.readByte();
        return number;
    }

    private void answer(List<byte[]> command, OutputStream out) throws IOException {
        switch (text(command.get(0)).toUpperCase(Locale.ROOT)) {
            case "PING" -> line(out, "+PONG");
            case "CLIENT" -> line(out, "+OK");
            case "GET" -> bulk(out, held.get(text(command.get(1))));
            case "SET" -> set(text(command.get(1)), command.get(2), out);
            case "EVAL" -> replace(command, out);
            case "DEL" -> {
                int deleted = 0;
                for (byte[] key : command.subList(1, command.size())) {
                    deleted += held.remove(text(key)) == null ? 0 : 1;
                }
                line(out, ":" + deleted);
            }
            default -> line(out, "-ERR unknown command");
        }
    }

    private void set(String key, byte[] value, OutputStream out) throws IOException {
        if (key.equals(REFUSED)) {
            line(out, "-OOM command not allowed");
        } else {
            held.put(key, value);
            line(out, "+OK");
        }
    }

    /** EVAL script 1 key old new: what the store's only script does. */
    private void replace(List<byte[]> command, OutputStream out) throws IOException {
        String key = text(command.get(3));
        boolean same = Arrays.equals(held.get(key), command.get(4));
        if (same) {
            held.put(key, command.get(5));
        }
        line(out, same ? ":1" : ":0");
    }

    private static void bulk(OutputStream out, @Nullable byte[] value) throws IOException {
        if (value == null) {
            line(out, "$-1");
        } else {
            line(out, "$" + value.length);
            out.write(value);
            line(out, "");
        }
    }

    private static void line(OutputStream out, String text) throws IOException {
        out.write((text + "\r\n").getBytes(StandardCharsets.UTF_8));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
