package io.nearstream.chaos.fault;

import java.util.List;

/** Where clients find a system. Thread-safe. */
public interface Addresses {
    /** Where clients find the broker, through proxies if there are any: {@code HOST:PORT,...}. */
    String bootstrap();

    /**
     * Where live reads of keys are answered, through proxies if there are any: {@code HOST:PORT} of
     * each TaskManager; empty if nowhere.
     */
    List<String> stateAddresses();
}
