CREATE INDEX "jobs_owner" ON "jobs" USING btree ("platform","person_id","sequence");--> statement-breakpoint
-- What people write may look like the name of a file: only places that hold files are read.
CREATE FUNCTION files_at("row" jsonb, VARIADIC "places" jsonpath[]) RETURNS SETOF text LANGUAGE sql IMMUTABLE AS $$
	SELECT DISTINCT "found" #>> '{}' FROM unnest("places") AS "place", jsonb_path_query("row", "place") AS "found"
	WHERE "found" #>> '{}' ~ '^sha256-[0-9a-f]{64}$'
$$;
--> statement-breakpoint
-- The arguments are the kind of use and the places of files. Exports have no id of their own and are never changed.
CREATE OR REPLACE FUNCTION note_blob_uses() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	before jsonb := CASE WHEN TG_OP = 'INSERT' THEN NULL ELSE to_jsonb(OLD) END;
	after jsonb := CASE WHEN TG_OP = 'DELETE' THEN NULL ELSE to_jsonb(NEW) END;
BEGIN
	DELETE FROM "blob_uses" WHERE "kind" = TG_ARGV[0]
		AND "id" = coalesce(before->>'id', concat_ws(' ', before->>'platform', before->>'person_id', before->>'blob'));
	INSERT INTO "blob_uses" ("blob", "kind", "id")
		SELECT "file", TG_ARGV[0], coalesce(after->>'id', concat_ws(' ', after->>'platform', after->>'person_id', after->>'blob'))
		FROM files_at(after, VARIADIC TG_ARGV[1:]::jsonpath[]) AS "file";
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE FUNCTION files_in("list" jsonb) RETURNS SETOF text LANGUAGE sql IMMUTABLE AS $$
	SELECT DISTINCT "file" FROM jsonb_array_elements_text("list") AS "file" WHERE "file" ~ '^sha256-[0-9a-f]{64}$'
$$;
--> statement-breakpoint
-- Of jobs, which are many: expressions, which need no plan. What they find may be no file yet.
CREATE FUNCTION files_given("data" jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
	SELECT jsonb_path_query_array("data", '$.photos[*]') || jsonb_path_query_array("data", '$.snapshot')
		|| jsonb_path_query_array("data", '$.lora') || jsonb_path_query_array("data", '$.picture')
$$;
--> statement-breakpoint
CREATE FUNCTION files_made("outcome" jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
	SELECT jsonb_path_query_array("outcome", '$.result.lora') || jsonb_path_query_array("outcome", '$.result.previews[*]')
		|| jsonb_path_query_array("outcome", '$.result.pictures[*]') || jsonb_path_query_array("outcome", '$.result.grid')
		|| jsonb_path_query_array("outcome", '$.result.picture') || jsonb_path_query_array("outcome", '$.result.comparison')
		|| jsonb_path_query_array("outcome", '$.result.before')
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION note_blob_uses_of_job() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP <> 'INSERT' THEN
		DELETE FROM "blob_uses" WHERE "kind" IN ('waiting', 'done', 'result') AND "id" = OLD."id";
	END IF;
	IF TG_OP <> 'DELETE' AND files_given(NEW."data") <> '[]' THEN
		INSERT INTO "blob_uses" ("blob", "kind", "id")
			SELECT "file", CASE NEW."state" WHEN 'queued' THEN 'waiting' ELSE 'done' END, NEW."id" FROM files_in(files_given(NEW."data")) AS "file";
	END IF;
	IF TG_OP <> 'DELETE' AND files_made(NEW."outcome") <> '[]' THEN
		INSERT INTO "blob_uses" ("blob", "kind", "id")
			SELECT "file", 'result', NEW."id" FROM files_in(files_made(NEW."outcome")) AS "file";
	END IF;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE OR REPLACE TRIGGER "pets_blob_uses" AFTER INSERT OR UPDATE OR DELETE ON "pets" FOR EACH ROW
	EXECUTE FUNCTION note_blob_uses('pet', '$.lora', '$.photos[*]', '$.previews[*]');
--> statement-breakpoint
CREATE OR REPLACE TRIGGER "training_drafts_blob_uses" AFTER INSERT OR UPDATE OR DELETE ON "training_drafts" FOR EACH ROW
	EXECUTE FUNCTION note_blob_uses('draft', '$.photos[*].blob', '$.sheet');
--> statement-breakpoint
CREATE OR REPLACE TRIGGER "pet_questions_blob_uses" AFTER INSERT OR UPDATE OR DELETE ON "pet_questions" FOR EACH ROW
	EXECUTE FUNCTION note_blob_uses('question', '$.options.*[*].blob');
--> statement-breakpoint
CREATE OR REPLACE TRIGGER "data_exports_blob_uses" AFTER INSERT OR UPDATE OR DELETE ON "data_exports" FOR EACH ROW
	EXECUTE FUNCTION note_blob_uses('export', '$.blob');
--> statement-breakpoint
DELETE FROM "blob_uses" USING (
	SELECT "blob", "kind", "id" FROM "blob_uses"
	EXCEPT (
		SELECT "file", 'pet', "id" FROM "pets", files_at(to_jsonb("pets"), '$.lora', '$.photos[*]', '$.previews[*]') AS "file"
		UNION ALL SELECT "file", 'draft', "id" FROM "training_drafts", files_at(to_jsonb("training_drafts"), '$.photos[*].blob', '$.sheet') AS "file"
		UNION ALL SELECT "file", 'question', "id" FROM "pet_questions", files_at("options", '$.*[*].blob') AS "file"
		UNION ALL SELECT "blob", 'export', concat_ws(' ', "platform", "person_id", "blob") FROM "data_exports"
		UNION ALL SELECT "file", CASE "state" WHEN 'queued' THEN 'waiting' ELSE 'done' END, "id" FROM "jobs", files_in(files_given("data")) AS "file"
		UNION ALL SELECT "file", 'result', "id" FROM "jobs", files_in(files_made("outcome")) AS "file"
	)
) AS "word"
WHERE "blob_uses"."blob" = "word"."blob" AND "blob_uses"."kind" = "word"."kind" AND "blob_uses"."id" = "word"."id";
