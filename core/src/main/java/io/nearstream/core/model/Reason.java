package io.nearstream.core.model;

/** Why a write became a dead letter, or a probe was refused or answered in part. */
public enum Reason {
    UNDECODABLE,
    OVERSIZED,
    KEY_MISMATCH,
    UNKNOWN_COLLECTION,
    BAD_COLLECTION_NAME,
    BAD_ID,
    WRONG_ENCODING,
    WRONG_DIMENSION,
    NOT_FINITE,
    ZERO_VECTOR,
    BAD_LABELS,
    PAYLOAD_TOO_LARGE,
    BAD_TTL,
    BAD_KEY,
    VALUE_TOO_LARGE,
    BAD_CONDITION,
    BAD_REQUEST,
    BAD_K,
    BAD_RADIUS,
    BAD_BATCH,
    BAD_EFFORT,
    BAD_CONSISTENCY,
    BAD_DEADLINE,
    BAD_PARTITION,
    DEADLINE_PASSED,
    MISROUTED,
    FILTER_BUDGET,
    TOO_MANY_PENDING,
    ANSWER_TOO_LARGE
}
