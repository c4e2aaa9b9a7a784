/**
 * What a write or read of a key does to the key's state: pure functions over records. Start at
 * {@link io.nearstream.core.keyvalue.KeyValueRules}.
 */
package io.nearstream.core.keyvalue;
