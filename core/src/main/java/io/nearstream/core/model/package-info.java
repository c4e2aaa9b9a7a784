/**
 * What the product speaks of: collections, versions, limits, and the reasons for which something is
 * refused. Plain values; nothing here knows Flink or Kafka. Start at {@link
 * io.nearstream.core.model.CollectionSettings}.
 */
package io.nearstream.core.model;
