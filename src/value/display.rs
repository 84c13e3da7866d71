//! Values as text: the canonical notation of the openCypher documents.
