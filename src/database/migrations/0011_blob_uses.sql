CREATE TABLE "blob_uses" (
	"blob" text NOT NULL,
	"kind" text NOT NULL,
	"id" text NOT NULL,
	CONSTRAINT "blob_uses_blob_kind_id_pk" PRIMARY KEY("blob","kind","id")
);
--> statement-breakpoint
CREATE INDEX "blob_uses_user" ON "blob_uses" USING btree ("kind","id");--> statement-breakpoint
CREATE INDEX "jobs_sequence" ON "jobs" USING btree ("sequence");--> statement-breakpoint
-- The argument is the kind of use. Exports have no id of their own and are never changed.
CREATE FUNCTION note_blob_uses() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	before jsonb := CASE WHEN TG_OP = 'INSERT' THEN NULL ELSE to_jsonb(OLD) END;
	after jsonb := CASE WHEN TG_OP = 'DELETE' THEN NULL ELSE to_jsonb(NEW) END;
BEGIN
	DELETE FROM "blob_uses" WHERE "kind" = TG_ARGV[0]
		AND "id" = coalesce(before->>'id', concat_ws(' ', before->>'platform', before->>'person_id', before->>'blob'));
	INSERT INTO "blob_uses" ("blob", "kind", "id")
		SELECT DISTINCT hit[1], TG_ARGV[0], coalesce(after->>'id', concat_ws(' ', after->>'platform', after->>'person_id', after->>'blob'))
		FROM regexp_matches(after::text, 'sha256-[0-9a-f]{64}', 'g') AS hit;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE FUNCTION note_blob_uses_of_job() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP <> 'INSERT' THEN
		DELETE FROM "blob_uses" WHERE "kind" IN ('waiting', 'done', 'result') AND "id" = OLD."id";
	END IF;
	IF TG_OP <> 'DELETE' THEN
		INSERT INTO "blob_uses" ("blob", "kind", "id")
			SELECT DISTINCT hit[1], CASE NEW."state" WHEN 'queued' THEN 'waiting' ELSE 'done' END, NEW."id"
			FROM regexp_matches(NEW."data"::text, 'sha256-[0-9a-f]{64}', 'g') AS hit
			UNION
			SELECT DISTINCT hit[1], 'result', NEW."id"
			FROM regexp_matches(NEW."outcome"::text, 'sha256-[0-9a-f]{64}', 'g') AS hit;
	END IF;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER "pets_blob_uses" AFTER INSERT OR UPDATE OR DELETE ON "pets" FOR EACH ROW EXECUTE FUNCTION note_blob_uses('pet');
--> statement-breakpoint
CREATE TRIGGER "training_drafts_blob_uses" AFTER INSERT OR UPDATE OR DELETE ON "training_drafts" FOR EACH ROW EXECUTE FUNCTION note_blob_uses('draft');
--> statement-breakpoint
CREATE TRIGGER "pet_questions_blob_uses" AFTER INSERT OR UPDATE OR DELETE ON "pet_questions" FOR EACH ROW EXECUTE FUNCTION note_blob_uses('question');
--> statement-breakpoint
CREATE TRIGGER "data_exports_blob_uses" AFTER INSERT OR UPDATE OR DELETE ON "data_exports" FOR EACH ROW EXECUTE FUNCTION note_blob_uses('export');
--> statement-breakpoint
CREATE TRIGGER "jobs_blob_uses" AFTER INSERT OR DELETE ON "jobs" FOR EACH ROW EXECUTE FUNCTION note_blob_uses_of_job();
--> statement-breakpoint
-- Most changes of a job are of its message and its delivery.
CREATE TRIGGER "jobs_blob_uses_change" AFTER UPDATE ON "jobs" FOR EACH ROW
	WHEN (OLD."data" IS DISTINCT FROM NEW."data" OR OLD."outcome" IS DISTINCT FROM NEW."outcome" OR (OLD."state" = 'queued') <> (NEW."state" = 'queued') OR OLD."id" <> NEW."id")
	EXECUTE FUNCTION note_blob_uses_of_job();
--> statement-breakpoint
INSERT INTO "blob_uses" ("blob", "kind", "id")
SELECT DISTINCT hit[1], named."kind", named."id" FROM (
	SELECT 'pet' AS "kind", "id", to_jsonb("pets")::text AS "text" FROM "pets"
	UNION ALL SELECT 'draft', "id", to_jsonb("training_drafts")::text FROM "training_drafts"
	UNION ALL SELECT 'question', "id", to_jsonb("pet_questions")::text FROM "pet_questions"
	UNION ALL SELECT 'export', concat_ws(' ', "platform", "person_id", "blob"), "blob" FROM "data_exports"
	UNION ALL SELECT CASE "state" WHEN 'queued' THEN 'waiting' ELSE 'done' END, "id", "data"::text FROM "jobs"
	UNION ALL SELECT 'result', "id", "outcome"::text FROM "jobs"
) AS named, regexp_matches(named."text", 'sha256-[0-9a-f]{64}', 'g') AS hit;
